package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Time-outs of the parts of a request. There is none for the whole: a large file on a slow line takes its time.
const (
	connectTimeout = 10 * time.Second
	stallTimeout   = 30 * time.Second // without a byte, also before the first
)

// errInsecureRedirect tells that an https address sent us on to one without TLS.
var errInsecureRedirect = errors.New("the server redirects from https to http")

// StatusError is an answer that is no file.
type StatusError struct{ Code int }

func (e *StatusError) Error() string {
	return fmt.Sprintf("the server answers %d %s", e.Code, http.StatusText(e.Code))
}

func (c *Client) stall() time.Duration {
	if c.Stall > 0 {
		return c.Stall
	}
	return stallTimeout
}

// http returns the one HTTP client for all requests.
func (c *Client) http() *http.Client {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.client == nil {
		transport := c.Transport
		if transport == nil {
			transport = newTransport()
		}
		retry := retryablehttp.NewClient()
		retry.Logger = nil
		retry.RetryMax, retry.RetryWaitMin, retry.RetryWaitMax = 2, 500*time.Millisecond, 5*time.Second
		retry.CheckRetry, retry.ErrorHandler = checkRetry, lastAnswer
		retry.HTTPClient = &http.Client{Transport: transport, CheckRedirect: checkRedirect}
		c.client = &http.Client{Transport: &statusTransport{&retryablehttp.RoundTripper{Client: retry}}}
	}
	return c.client
}

func newTransport() *http.Transport {
	return &http.Transport{
		Proxy:               proxy,
		DialContext:         (&net.Dialer{Timeout: connectTimeout}).DialContext,
		TLSHandshakeTimeout: connectTimeout,
		IdleConnTimeout:     connectTimeout,
		ForceAttemptHTTP2:   true,
		DisableCompression:  true, // a .tar.gz must come as it is, whatever encoding the server claims
	}
}

type proxyKey struct{}

func withProxy(ctx context.Context, address string) context.Context {
	return context.WithValue(ctx, proxyKey{}, address)
}

// proxy returns the proxy that the request's place has, or that of the environment.
func proxy(r *http.Request) (*url.URL, error) {
	if address, _ := r.Context().Value(proxyKey{}).(string); address != "" {
		return url.Parse(address)
	}
	return http.ProxyFromEnvironment(r)
}

// checkRedirect follows where a server sends us, but not out of TLS.
func checkRedirect(r *http.Request, via []*http.Request) error {
	if via[0].URL.Scheme == "https" && r.URL.Scheme != "https" {
		return fmt.Errorf("%w: %s", errInsecureRedirect, r.URL.Redacted())
	}
	if len(via) >= 10 {
		return errors.New("the server redirects more than 10 times")
	}
	return nil
}

// checkRetry asks again only where it may help soon: after an overload, or a connection that broke before the answer.
func checkRetry(ctx context.Context, r *http.Response, err error) (bool, error) {
	var network net.Error
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case err == nil:
		return r.StatusCode == http.StatusTooManyRequests || r.StatusCode >= 500, nil
	case isUnreachable(err), errors.As(err, &network) && network.Timeout():
		return false, err
	}
	retry, _ := retryablehttp.DefaultRetryPolicy(ctx, r, err)
	return retry && !errors.Is(err, errInsecureRedirect), err
}

// isUnreachable tells whether no connection came about.
func isUnreachable(err error) bool {
	var operation *net.OpError
	return errors.As(err, &operation) && operation.Op == "dial"
}

// lastAnswer ends the attempts with the last one's own answer or error. After a refused redirect there are both.
func lastAnswer(r *http.Response, err error, _ int) (*http.Response, error) {
	if err != nil {
		return nil, err
	}
	return r, nil
}

// statusTransport makes an error of every answer that is no success. Redirects have been followed below it.
type statusTransport struct{ base http.RoundTripper }

// RoundTrip implements [http.RoundTripper].
func (t *statusTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := t.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		_ = answer.Body.Close()
		return nil, &StatusError{Code: answer.StatusCode}
	}
	return answer, nil
}

// CloseIdleConnections closes the connections that are kept for the next request.
func (c *Client) CloseIdleConnections() { c.http().CloseIdleConnections() }

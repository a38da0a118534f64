module github.com/onnxruntime-builder/onnxruntime-builder/ortwrap

go 1.24

require (
	github.com/stretchr/testify v1.12.1
	github.com/yalue/onnxruntime_go v1.25.0
)

require go.yaml.in/yaml/v3 v3.0.5 // indirect

package plan

// Loose computes the call of ar for a provider's objects.
var Loose = loose

package ortwrap

// PrepareFor makes inputs for a description, without a model.
var PrepareFor = prepare

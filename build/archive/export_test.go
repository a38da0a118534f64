package archive

// Padded is padded.
var Padded = padded

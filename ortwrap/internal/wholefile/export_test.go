package wholefile

// WriteBy is Write with another way to rename.
var WriteBy = writeBy

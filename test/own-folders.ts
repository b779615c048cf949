import t from 'tap'

// Loaded before each test file (.taprc). tap names the folder of `testdir` after the file alone: two runs of the suite in
// one tree would write into the same one, and remove it under one another.
t.testdirName = `${t.testdirName}-${process.pid}`

import { resolve } from 'node:path'
import t from 'tap'

// Loaded before each test file (.taprc). tap names the folder of `testdir` after the file alone: two runs of the suite in
// one tree would write into the same one, and remove it under one another.
t.testdirName = `${t.testdirName}-${process.pid}`

// What a test starts is what people start: tap would load its own hooks into every Node below it, which is slow. All of
// them share what was compiled once, from whatever folder they are started.
delete process.env['NODE_OPTIONS']
const cache = process.env['NODE_COMPILE_CACHE']
if (cache) process.env['NODE_COMPILE_CACHE'] = resolve(cache)

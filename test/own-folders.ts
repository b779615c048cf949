import hooks from 'node:async_hooks'
import { syncBuiltinESMExports } from 'node:module'
import { resolve } from 'node:path'
import './without-flushes.ts'

// Loaded before each test file (.taprc). tap enables source maps, and Node then reads the map of every module of every
// package. TypeScript keeps its lines and columns here, so that nothing needs them.
process.setSourceMapsEnabled(false)

// tap watches every promise, to tell which test an error is of that nothing has caught. That slows down every
// promise. Without it such an error ends the file, which fails.
const { createHook } = hooks
const unwatched: hooks.AsyncHook = { enable: () => unwatched, disable: () => unwatched }
hooks.createHook = () => unwatched
syncBuiltinESMExports()
const { default: t } = await import('tap')
hooks.createHook = createHook
syncBuiltinESMExports()

// tap names the folder of `testdir` after the file alone: two runs of the suite in one tree would write into the same one,
// and remove it under one another.
t.testdirName = `${t.testdirName}-${process.pid}`

// tap would load its own hooks into every Node that a test starts, whatever environment the test gives it: that is not what
// people run, and it is slow. It listens to every spawn for that; here it stops to.
const spawning = Reflect.get(globalThis, Symbol.for('process-on-spawn@*:singletonId')) as
  { listeners: unknown[] } | undefined
if (spawning) spawning.listeners = []
delete process.env['NODE_OPTIONS']

// They share what was compiled once, from whatever folder they are started.
const cache = process.env['NODE_COMPILE_CACHE']
if (cache) process.env['NODE_COMPILE_CACHE'] = resolve(cache)

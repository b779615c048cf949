// After an install in a clone: strips and compiles the sources once, so that the first command is as quick and as small
// as every later one. Nothing depends on it: where it fails, the first command does that work.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const launcher = fileURLToPath(new URL('../bin/entrapipe.js', import.meta.url))
spawnSync('node', [launcher, '__warm'], { stdio: 'ignore' })

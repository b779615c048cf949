// Runs after an install in a clone. Strips and compiles the sources once, so that the first command is as fast as later
// ones. If it fails, the first command does that work.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const launcher = fileURLToPath(new URL('../bin/entrapipe.js', import.meta.url))
spawnSync('node', [launcher, '__warm'], { stdio: 'ignore' })

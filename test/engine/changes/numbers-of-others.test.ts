import t from 'tap'
import { keepNumbers } from './keep-numbers.ts'
import { dependent, scenesOf } from './scenes.ts'

await keepNumbers(t, scenesOf('others'))
await keepNumbers(t, dependent)

import { suite } from './suite.ts'

suite('deltas')

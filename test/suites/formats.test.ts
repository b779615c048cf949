import { suite } from './suite.ts'

suite('formats')

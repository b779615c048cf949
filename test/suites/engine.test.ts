import { suite } from './suite.ts'

suite('engine')

import { suite } from './suite.ts'

suite('operations')

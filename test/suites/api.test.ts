import { suite } from './suite.ts'

suite('api')

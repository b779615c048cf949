import { suite } from './suite.ts'

suite('contracts')

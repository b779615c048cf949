import { suite } from './suite.ts'

suite('sources')

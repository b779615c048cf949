import { suite } from './suite.ts'

suite('sinks')

import { suite } from './suite.ts'

suite('changes')

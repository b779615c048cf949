import { suite } from './suite.ts'

suite('exports')

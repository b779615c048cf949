import { suite } from './suite.ts'

suite('sandbox')

import { suite } from './suite.ts'

suite('directory')

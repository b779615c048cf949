import { suite } from './suite.ts'

suite('commands')

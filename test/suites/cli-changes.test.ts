import { suite } from './suite.ts'

suite('cli-changes')

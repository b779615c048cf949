import { suite } from './suite.ts'

suite('cli-hr-feed')

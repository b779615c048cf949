import { suite } from './suite.ts'

suite('more-changes')

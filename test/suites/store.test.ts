import { suite } from './suite.ts'

suite('store')

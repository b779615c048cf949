import { suite } from './suite.ts'

suite('places')

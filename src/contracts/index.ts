/** The contracts of parts: rules for each role that any test runner can check. */
export { operationContract, type OperationCase } from './operation.ts'
export { placeContract, type PlaceCase } from './place.ts'
export type { Rule } from './rule.ts'
export type { World } from './scene.ts'
export { sinkContract } from './sink.ts'
export type { SinkCase } from './sink-case.ts'
export { sourceContract, type SourceCase } from './source.ts'
export { transformContract, type TransformCase } from './transform.ts'

import type { GraphReply } from './graph.ts'
import type { Json } from './json.ts'

/** What refusals taught about a directory, in earlier runs and in this one. */
export interface Lessons {
  /** All lessons of a topic. The same list is returned until there are more. */
  of(topic: string): readonly Json[]
}

/** A part of `OperationContext`. */
export interface WithLessons {
  /** @default nothing was taught */
  readonly lessons?: Lessons
}

/** A part of `Operation`: what it learns from refusals, so that later rows are judged by it before they are sent. */
export interface Teaching<V, B, C> {
  /** Under what its lessons are kept. Operations with the same one share them. */
  readonly topic?: string
  /**
   * The lessons of a refused request: none if it is ambiguous. Equal lessons are equal as JSON text.
   *
   * @param rows all rows of the request
   */
  taught?(
    rows: readonly { readonly value: V; readonly before: B }[],
    reply: GraphReply,
    ctx: C,
  ): Promise<readonly Json[]>
}

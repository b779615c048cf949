import type { PartDatabase } from '../core/context.ts'
import type { Json } from '../core/json.ts'

/** Name of the file of a tenant that has what refusals taught. */
export const lessonsFile = 'learned-rules'

/** Its tables, by version. */
export const lessonTables = [
  'create table lessons (topic text not null, lesson text not null, at integer not null, run text not null, primary key (topic, lesson)) without rowid',
] as const

/** What a refusal taught. */
interface KeptLesson {
  readonly lesson: Json
  /** When, in milliseconds since 1970. */
  readonly at: number
  /** The run that was refused. */
  readonly run: string
}

/** The lessons of a topic: few, whatever the runs. */
export const keptLessons = ({ sql }: Pick<PartDatabase, 'sql'>, topic: string): readonly KeptLesson[] =>
  sql
    .prepare('select lesson, at, run from lessons where topic = ? order by at, lesson')
    .all(topic)
    .map(({ lesson, at, run }) => ({ lesson: JSON.parse(String(lesson)) as Json, at: Number(at), run: String(run) }))

import type { Clock } from '../../core/clock.ts'
import type { Json } from '../../core/json.ts'
import type { Lessons } from '../../core/lessons.ts'
import type { Store } from '../../store/store.ts'
import { keptLessons, lessonsFile, lessonTables } from '../../store/lessons.ts'

/** Lessons of a run that may learn more. */
export interface LearningLessons extends Lessons {
  /** Keeps lessons for this tenant. Returns how many are new. */
  learn(topic: string, lessons: readonly Json[]): number
}

interface LessonsOptions {
  readonly store: Pick<Store, 'lasting' | 'lastingFiles'>
  /** Id of the directory. */
  readonly tenant: string
  readonly run: string
  readonly clock: Pick<Clock, 'now'>
}

/** Opens the lessons of a tenant. The file is created by the first lesson. Processes that learn at once see each other's with their next look. */
export const openLessons = ({ store, tenant, run, clock }: LessonsOptions): LearningLessons => {
  const known = new Map<string, readonly Json[]>()
  let isThere = false
  const database = () => store.lasting(tenant, lessonsFile, lessonTables)
  return {
    of(topic) {
      isThere ||= store.lastingFiles().some(file => file.tenant === tenant && file.name === lessonsFile)
      const before = known.get(topic) ?? []
      const now = isThere ? keptLessons(database(), topic) : []
      // Lessons are only added while runs are in progress.
      if (now.length === before.length && known.has(topic)) return before
      const lessons = now.map(({ lesson }) => lesson)
      known.set(topic, lessons)
      return lessons
    },
    learn(topic, lessons) {
      if (lessons.length === 0) return 0
      const { sql, write } = database()
      isThere = true
      const insert = sql.prepare('insert or ignore into lessons values (?, ?, ?, ?)')
      return write(() =>
        lessons.reduce<number>(
          (sum, lesson) => sum + Number(insert.run(topic, JSON.stringify(lesson), clock.now(), run).changes),
          0,
        ),
      )
    },
  }
}

import { guidColumn } from './memory/guid-column.ts'
import { addValue, type Memory } from './memory/memory.ts'
import type { Author } from './types.ts'

/** Authors by number. GUIDs take 20 bytes each. */
export interface Authors {
  add(author: Author): number
  get(number: number): Author
}

/** Creates an empty list of authors. @param within its name in the memory */
export const authorList = (memory: Memory, within = 'author'): Authors => {
  const requests = guidColumn(memory, `${within}.request`)
  const clients = guidColumn(memory, `${within}.client`)
  let count = 0
  let last: Author | undefined
  addValue(
    memory,
    `${within}.count`,
    () => count,
    value => {
      count = value
      last = undefined
    },
  )
  return {
    add(author) {
      // The changes of one commit share theirs.
      if (author === last) return count - 1
      last = author
      requests.set(count, author.request)
      clients.set(count, author.client)
      return count++
    },
    get(number) {
      const client = clients.get(number)
      return { request: requests.get(number) ?? '', ...(client === undefined ? {} : { client }) }
    },
  }
}

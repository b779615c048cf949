import { routeName } from './route-name.ts'

/** Counts by route, such as `GET /users/{id}`, then by a second key. */
export interface RouteCounts {
  add(method: string, url: string, key: string): void
  all(): Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** Invalid paths must not fill memory. */
const mostRoutes = 2_000

/** Creates empty counts. Beyond 2,000 routes, further ones are counted as `other`. */
export const createRouteCounts = (): RouteCounts => {
  const routes = new Map<string, Map<string, number>>()
  return {
    add(method, url, key) {
      const route = routeName(method, url)
      const name = routes.has(route) || routes.size < mostRoutes ? route : 'other'
      const counts = routes.get(name) ?? new Map<string, number>()
      routes.set(name, counts)
      counts.set(key, (counts.get(key) ?? 0) + 1)
    },
    all: () => Object.fromEntries([...routes].map(([route, counts]) => [route, Object.fromEntries(counts)])),
  }
}

import type { Source } from '../core/parts.ts'
import type { Entity, Listing } from './graph/listing.ts'
import { directoryListing } from './graph/directory-listing.ts'

/** App registrations. See https://learn.microsoft.com/graph/api/application-list */
export const applications = <T extends Entity = Entity>(listing: Listing = {}): Source<T> =>
  directoryListing('applications', listing, { path: '/applications', type: 'application', delta: true })

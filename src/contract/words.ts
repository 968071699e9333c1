/** The closed vocabularies of the newsroom, said once: tables check them, schemas promise them. */
export const articleTypes = ['article', 'gallery', 'video', 'audio', 'live'] as const
export const editionStates = ['draft', 'review', 'scheduled', 'published', 'withdrawn'] as const
export const translationMethods = ['original', 'human', 'machine', 'machineReviewed'] as const
export const commentPolicies = ['open', 'premoderated', 'closed'] as const
export const commentStates = ['pending', 'approved', 'rejected', 'deleted'] as const
export const sourceTypes = ['newspaper', 'agency', 'broadcaster', 'government', 'company', 'community'] as const
export const authorTypes = ['person', 'desk', 'organisation'] as const
export const authorRoles = ['author', 'photographer', 'translator', 'editor', 'contributor'] as const
export const topicTypes = ['person', 'organisation', 'place', 'event', 'subject', 'series'] as const
export const imageRoles = ['lead', 'inline', 'gallery'] as const
export const creditRoles = ['source', 'photo', 'illustration', 'graphic'] as const
export const railFallbacks = ['latest', 'parent', 'none'] as const
export const releaseStates = ['open', 'scheduled', 'published'] as const
export const directions = ['ltr', 'rtl'] as const
/** What a posting list is about: every published edition stands in one list per facet it belongs to. */
export const facetKinds = ['all', 'type', 'section', 'category', 'topic', 'author', 'source'] as const
export type FacetKind = (typeof facetKinds)[number]
/** Why one story stands beside another, or on a front page. */
export const reasonKinds = [
  'pin',
  'topic',
  'category',
  'author',
  'source',
  'section',
  'content',
  'time',
  'recency',
  'views',
  'fallback'
] as const

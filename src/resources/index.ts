import type { TSchema } from 'typebox'
import { articleSchemas } from '../contract/article.ts'
import { bodySchemas } from '../contract/body.ts'
import { cardSchemas } from '../contract/cards.ts'
import { Failure, Problem } from '../contract/errors.ts'
import { Count } from '../contract/primitives.ts'
import { articles } from './articles/resource.ts'
import { authors } from './authors/resource.ts'
import { AuthorLink } from './authors/schema.ts'
import { captions } from './captions/resource.ts'
import { categories } from './categories/resource.ts'
import { LocalLabel, RailRule } from './categories/schema.ts'
import { comments } from './comments/resource.ts'
import { images } from './images/resource.ts'
import { Rendition } from './images/schema.ts'
import { languages } from './languages/resource.ts'
import { sources } from './sources/resource.ts'
import { LocalName } from './sources/schema.ts'
import { topics } from './topics/resource.ts'
import { ExternalIds } from './topics/schema.ts'

/** Every noun this house knows. A room that is not listed here is not reachable. */
export const resources = [articles, languages, sources, authors, categories, topics, images, captions, comments]

const parts = [LocalName, AuthorLink, LocalLabel, RailRule, Rendition, ExternalIds, Count, Failure, Problem]

/** Every named schema, once: the components of the document. */
export const schemas: TSchema[] = [
  ...new Set<TSchema>([
    ...cardSchemas,
    ...bodySchemas,
    ...articleSchemas,
    ...parts,
    ...resources.flatMap(({ item, page }) => [item, page])
  ])
]

import type { TSchema } from 'typebox'
import { articleSchemas } from '../contract/article.ts'
import { bodySchemas } from '../contract/body.ts'
import { cardSchemas } from '../contract/cards.ts'
import { Failure, Problem } from '../contract/errors.ts'
import { frontPageSchemas } from '../contract/front-page.ts'
import { Count } from '../contract/primitives.ts'
import { bulkSchemas } from './articles/bulk.ts'
import { articleDesk } from './articles/desk.ts'
import { revisionSchemas } from './articles/editions/revision-schema.ts'
import { editionSchemas } from './articles/editions/schema.ts'
import { articles } from './articles/resource.ts'
import { authorDesk } from './authors/desk.ts'
import { authors } from './authors/resource.ts'
import { AuthorLink } from './authors/schema.ts'
import { captionDesk } from './captions/desk.ts'
import { captions } from './captions/resource.ts'
import { categoryDesk } from './categories/desk.ts'
import { categories } from './categories/resource.ts'
import { LocalLabel, RailRule } from './categories/schema.ts'
import { commentDesk } from './comments/desk.ts'
import { comments } from './comments/resource.ts'
import { consumerDesk } from './consumers/desk.ts'
import { correctionDesk } from './corrections/desk.ts'
import { imageDesk } from './images/desk.ts'
import { images } from './images/resource.ts'
import { Rendition } from './images/schema.ts'
import { languageDesk } from './languages/desk.ts'
import { languages } from './languages/resource.ts'
import { pinDesk } from './pins/desk.ts'
import { ReleaseFailure, releaseDesk } from './releases/desk.ts'
import { sourceDesk } from './sources/desk.ts'
import { sources } from './sources/resource.ts'
import { LocalName } from './sources/schema.ts'
import { topicDesk } from './topics/desk.ts'
import { topics } from './topics/resource.ts'
import { ExternalIds } from './topics/schema.ts'

/** Every noun the desk writes. */
export const deskNouns = [
  articleDesk,
  languageDesk,
  sourceDesk,
  authorDesk,
  categoryDesk,
  topicDesk,
  imageDesk,
  captionDesk,
  commentDesk,
  pinDesk,
  releaseDesk,
  correctionDesk,
  consumerDesk
]

/** Every noun this house knows. A room that is not listed here is not reachable. */
export const resources = [articles, languages, sources, authors, categories, topics, images, captions, comments]

const parts = [
  LocalName,
  AuthorLink,
  LocalLabel,
  RailRule,
  Rendition,
  ExternalIds,
  Count,
  Failure,
  Problem,
  ReleaseFailure
]

/** Every named schema, once: the components of the document. */
export const schemas: TSchema[] = [
  ...new Set<TSchema>([
    ...cardSchemas,
    ...bodySchemas,
    ...articleSchemas,
    ...frontPageSchemas,
    ...parts,
    ...resources.flatMap(({ item, page }) => [item, page]),
    ...editionSchemas,
    ...revisionSchemas,
    ...bulkSchemas,
    ...deskNouns.flatMap(({ creation, change, record, page }) => [creation, change, record, page])
  ])
]

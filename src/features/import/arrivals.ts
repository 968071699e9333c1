import type { BodyNode } from '../../lib/portable-text/model.ts'
import type { FlatDocument } from './document-schema.ts'
import type { Known } from './edition-queries.ts'

export interface Picture {
  id: string
  /** The canonical address, as the body has it. */
  url: string
  text: string
  alt: string | null
  listed: boolean
}

/** The rows a document's names mean. */
export interface Names {
  source: string | null
  section: string
  ties: { categories: string[]; topics: { id: string; weight: number }[]; authors: { id: string; role: string }[] }
}

/** A flat document that is new or has changed, with all it needs to be written. */
export interface Arrival {
  document: FlatDocument
  digest: string
  /** Whether the house knew the document, and whether its article had a key. */
  known: boolean
  reserved: boolean
  at: string
  article: string
  /** The editions the article has already. */
  before: Known[]
  names: Names
  nodes: BodyNode[]
  pictures: Picture[]
}

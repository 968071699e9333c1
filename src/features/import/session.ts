import { createHash } from 'node:crypto'
import type { Db } from '../../db/client.ts'
import { everything } from '../../db/postings.ts'
import { idOf } from '../../lib/id.ts'
import { nearest } from '../../lib/nearest.ts'
import { foldLabel, toSlug } from '../../lib/slug.ts'
import { Rejection } from './check.ts'
import { type ExternalKey, readKeys, writeKeys } from './keys-queries.ts'
import { idBySlug, insertNamed, knownLanguages, type Word, writeLanguage, writeWords } from './nouns-queries.ts'

export type Noun = 'sources' | 'authors' | 'categories' | 'topics'

export interface Settings {
  /** The instant of things without a date. */
  at: string
  /** Folder into which pictures of the house are copied. */
  media: string | undefined
  /** Folder of the file being read: pictures lie beside it. */
  beside: string
}

const singular: Record<Noun, string> = { sources: 'source', authors: 'author', categories: 'category', topics: 'topic' }

const uncategorised: Record<string, string> = {
  ar: 'غير مصنف',
  cs: 'Nezařazeno',
  de: 'Nicht kategorisiert',
  en: 'Uncategorised',
  es: 'Sin categoría',
  fr: 'Non classé',
  ja: '未分類',
  ko: '미분류',
  lo: 'ບໍ່ມີໝວດໝູ່',
  pt: 'Sem categoria',
  ru: 'Без рубрики',
  th: 'ไม่มีหมวดหมู่',
  vi: 'Chưa phân loại',
  'zh-Hans': '未分类'
}

/** An edition that waits for what stands in its place; its article counts as imported (`digest`) only when that has come. */
export interface Successor {
  article: string
  language: string
  /** The external key of the successor, and of the article itself. */
  key: string
  record: string
  digest: string
}

/** What one import remembers between lines, so that a name met a thousand times is looked up once. Forgotten when a batch fails, as its rows are gone. */
export class Session {
  readonly settings: Settings
  readonly #ids = new Map<string, string>()
  readonly #languages = new Set<string>()
  created: Record<string, number> = {}
  updated: Record<string, number> = {}
  unchanged = 0
  /** Articles whose posting lists are to be written anew at the end of the batch. */
  readonly touched = new Set<string>()
  /** Withdrawn editions whose successor has not come yet. */
  readonly successors: Successor[] = []

  constructor(settings: Settings) {
    this.settings = settings
  }

  forget() {
    this.#ids.clear()
    this.#languages.clear()
    this.touched.clear()
  }

  forgetLanguages() {
    this.#languages.clear()
  }

  /** The counts before a batch, to go back to when it fails. */
  snapshot() {
    return {
      created: { ...this.created },
      updated: { ...this.updated },
      unchanged: this.unchanged,
      successors: this.successors.length
    }
  }

  restore({ created, updated, unchanged, successors }: ReturnType<Session['snapshot']>) {
    this.forget()
    this.created = created
    this.updated = updated
    this.unchanged = unchanged
    this.successors.length = successors
  }

  async remember(db: Db, key: string, digest: string) {
    await writeKeys(db, [{ noun: 'record', key, id: everything, digest }])
  }

  note(noun: string, created: boolean) {
    const counts = created ? this.created : this.updated
    counts[noun] = (counts[noun] ?? 0) + 1
  }

  /** The id of a row that a record names by slug; naming nothing is the record's mistake. */
  async bySlug(db: Db, noun: Noun, slug: string, pointer: string): Promise<string> {
    const known = this.#ids.get(`${noun}/${slug}`) ?? (await idBySlug(db, noun, slug))
    if (!known) throw new Rejection(`There is no ${singular[noun]} "${slug}".`, pointer)
    this.#ids.set(`${noun}/${slug}`, known)
    return known
  }

  /** The id behind an external key, such as the `id` of an article or the `key` of an image. */
  async byKey(db: Db, noun: string, key: string, pointer: string): Promise<string> {
    const found = await this.key(db, noun, key)
    if (!found) throw new Rejection(`There is no ${noun} "${key.slice(0, 120)}".`, pointer)
    return found.id
  }

  async key(db: Db, noun: string, key: string): Promise<ExternalKey | undefined> {
    return (await readKeys(db, noun, [key]))[0]
  }

  /** The language, made when the house does not have it yet: name in itself, direction by script. */
  async language(db: Db, tag: string): Promise<void> {
    if ((await this.#known(db)).has(tag)) return
    const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag
    const direction = /^(ar|he|fa|ur|ps|dv|yi|ckb|sd|ug)\b/.test(tag) ? 'rtl' : 'ltr'
    const fallback = tag === 'en' ? [] : ['en']
    if (await writeLanguage(db, { tag, name, direction, fallback, position: null, at: this.settings.at }, false))
      this.note('language', true)
    this.#languages.add(tag)
  }

  /** A language a record of the newsroom uses: a misspelt one would found a language of its own, so it must have been declared. */
  async declared(db: Db, tag: string, pointer: string): Promise<void> {
    const known = await this.#known(db)
    if (known.has(tag)) return
    const near = nearest(tag, [...known])
    throw new Rejection(
      `"${tag}" is not a language of this house; a language record before this one declares it.${near ? ` Did you mean "${near}"?` : ''}`,
      pointer
    )
  }

  async #known(db: Db): Promise<Set<string>> {
    if (this.#languages.size === 0) for (const known of await knownLanguages(db)) this.#languages.add(known)
    return this.#languages
  }

  /** The row a foreign name means: "Design" and "design" are one; what is new is made, with the name in the language it was met in. */
  async byName(db: Db, noun: Noun, name: string, language: string, values: Record<string, unknown>): Promise<string> {
    const fold = foldLabel(name)
    const place = `${noun}:${fold}`
    const met = `${place}@${language}`
    if (this.#ids.has(met)) return this.#ids.get(met)!
    const known = this.#ids.get(place) ?? (await this.key(db, `${noun}-name`, fold))?.id
    const id = known ?? idOf(`${noun}:${fold}`, this.settings.at)
    if (!known) {
      await insertNamed(db, noun, id, toSlug(name, singular[noun]), {
        ...values,
        created_at: this.settings.at,
        updated_at: this.settings.at
      })
      await writeKeys(db, [{ noun: `${noun}-name`, key: fold, id, digest: null }])
      this.note(singular[noun], true)
    }
    const word: Word = { language, word: name.trim(), reviewed: true, aliases: [] }
    await writeWords(db, noun, id, [word], false)
    this.#ids.set(place, id).set(met, id)
    return id
  }

  /** Where a document without a category stands; labelled in the languages we have a word for. */
  async uncategorised(db: Db, language: string): Promise<string> {
    const place = `categories/uncategorised@${language}`
    if (this.#ids.has(place)) return this.#ids.get(place)!
    const known = await idBySlug(db, 'categories', 'uncategorised')
    const id = known ?? idOf('categories:uncategorised', this.settings.at)
    if (!known) {
      await insertNamed(db, 'categories', id, 'uncategorised', {
        created_at: this.settings.at,
        updated_at: this.settings.at
      })
      this.note('category', true)
    }
    const word = uncategorised[language]
    if (word) await writeWords(db, 'categories', id, [{ language, word, reviewed: true }], false)
    this.#ids.set(place, id)
    return id
  }

  /** Lets foreign names find what a record of the house has defined. */
  async nameAs(db: Db, noun: Noun, id: string, names: string[]): Promise<void> {
    const folds = new Set(names.map(foldLabel))
    await writeKeys(
      db,
      [...folds].map(key => ({ noun: `${noun}-name`, key, id, digest: null }))
    )
  }
}

/** Tells whether a record changed since it was last imported. */
export const digestOf = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('base64url')

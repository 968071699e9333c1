import { Type } from 'typebox'
import { Id, LanguageTag, Word } from '../../contract/primitives.ts'
import { translationMethods } from '../../contract/words.ts'
import { creationAndChangeOrders } from '../../db/keyset.ts'
import { leadsTo } from '../../db/records.ts'
import { defineDeskNoun, type Input } from '../desk.ts'
import { optionalId, reference, text } from '../members.ts'
import { pairOf } from './queries.ts'

/** Captions as the desk writes them: original and translation as a pair. */
export const captionDesk = defineDeskNoun({
  name: 'captions',
  noun: 'Caption',
  description: 'The words for an image in one language, of the image itself or of its use in one article',
  members: {
    image: reference('Id of the image'),
    article: optionalId('Id of the article whose use of the image it belongs to; none: the image itself'),
    language: LanguageTag,
    text: text(5000),
    alt: Type.Optional(text(2000)),
    translatedFrom: optionalId('Id of the caption it was translated from'),
    method: Type.Optional(Word(translationMethods)),
    engine: Type.Optional(text(500)),
    reviewer: Type.Optional(text(500))
  },
  language: 'language',
  table: {
    table: 'captions',
    columns: {
      image: 'r.image_id',
      article: 'r.article_id',
      language: 'r.language',
      text: 'r.text',
      alt: 'r.alt',
      translatedFrom: 'r.translated_from',
      method: 'r.method',
      engine: 'r.engine',
      reviewer: 'r.reviewer'
    }
  },
  orders: creationAndChangeOrders('r'),
  filters: {
    image: { schema: Id, column: 'r.image_id' },
    article: { schema: Id, column: 'r.article_id' },
    inLanguage: { schema: LanguageTag, column: 'r.language' }
  },
  mentions: ({ image, article, translatedFrom, language }) => [
    { pointer: '/image', table: 'images', key: image as string },
    { pointer: '/article', table: 'articles', key: article as string },
    { pointer: '/translatedFrom', table: 'captions', key: translatedFrom as string },
    { pointer: '/language', table: 'languages', key: language as string }
  ],
  toRow: ({ language, text, alt, method, engine, reviewer, translatedFrom }, ids) => ({
    language,
    text,
    alt,
    engine,
    reviewer,
    method: method ?? (translatedFrom ? 'human' : 'original'),
    image_id: ids.get('/image'),
    article_id: ids.get('/article') ?? null,
    translated_from: ids.get('/translatedFrom') ?? null
  }),
  async check({ method, translatedFrom, image, language }: Input, db, key) {
    if (!translatedFrom)
      return method && method !== 'original'
        ? [{ pointer: '/translatedFrom', detail: 'A translation names the caption it was made from.' }]
        : []
    if (method === 'original') return [{ pointer: '/method', detail: 'An original was translated from nothing.' }]
    if (key && (await leadsTo(db, 'captions', 'translated_from', String(translatedFrom), key)))
      return [
        { pointer: '/translatedFrom', detail: 'A caption is not translated from itself, nor from its translations.' }
      ]
    const pair = await pairOf(db, String(translatedFrom))
    if (pair?.language === language)
      return [{ pointer: '/translatedFrom', detail: 'A caption is translated from another language.' }]
    return pair?.image === image
      ? []
      : [{ pointer: '/translatedFrom', detail: 'Both captions of a pair belong to the same image.' }]
  }
})

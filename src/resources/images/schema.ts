import { type Static, Type } from 'typebox'
import { CaptionPair, Credit, FocalPoint } from '../../contract/cards.ts'
import { Closed, Id, Instant, Named, Nullable, PageOf, Ref } from '../../contract/primitives.ts'
import { idFilter, reference } from '../parameters.ts'

export const Rendition = Named(
  'Rendition',
  Closed({
    name: Type.String(),
    url: Type.String(),
    mime: Type.String(),
    width: Type.Integer(),
    height: Type.Integer()
  })
)

export const Image = Named(
  'Image',
  Closed(
    {
      id: Id,
      url: Type.String({ description: 'Address of the original' }),
      mime: Type.Optional(Nullable(Type.String())),
      width: Type.Optional(Nullable(Type.Integer())),
      height: Type.Optional(Nullable(Type.Integer())),
      bytes: Type.Optional(Nullable(Type.Integer())),
      sha256: Type.Optional(Nullable(Type.String({ pattern: '^[0-9a-f]{64}$' }))),
      focalPoint: Type.Optional(Nullable(Ref(FocalPoint))),
      placeholder: Type.Optional(Nullable(Type.String())),
      dominantColour: Type.Optional(Nullable(Type.String({ pattern: '^#[0-9a-f]{6}$' }))),
      credit: Type.Optional(Nullable(Ref(Credit))),
      rights: Type.Optional(Nullable(Type.String())),
      rightsExpireAt: Type.Optional(Nullable(Instant)),
      caption: Type.Optional(Nullable(Ref(CaptionPair))),
      renditions: Type.Optional(Type.Array(Ref(Rendition))),
      createdAt: Type.Optional(Instant),
      updatedAt: Type.Optional(Instant)
    },
    { description: 'A picture and its facts; its words are captions' }
  )
)
export type Image = Static<typeof Image>
export const ImagePage = PageOf('ImagePage', Image)

export const ImageFilter = Type.Object({
  article: idFilter('article that uses it'),
  source: reference('source credited')
})
export type ImageFilter = Static<typeof ImageFilter>

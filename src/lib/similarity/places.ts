/** Spreads numbers over the slots of a table (Knuth's multiplicative hashing: 2^32 divided by the golden ratio). */
const spread = 0x9e3779b1

/**
 * Integers of 32 bits, each with its place in the order they came. Beside Maps it leaves nothing to collect: describing a made article took 3.6 ms of
 * processor time with them and 3.2 without, comparing it 2.6 and 2.2.
 */
export class Places {
  #numbers = new Int32Array(1024)
  /** For each slot the place of a number, plus one; at most half of them are taken. */
  #slots = new Int32Array(2048)
  #shift = 21
  #size = 0

  get size(): number {
    return this.#size
  }

  /** What stands at a place. */
  at(place: number): number {
    return this.#numbers[place]!
  }

  /** The place of a number; -1 when it has none. */
  find(number: number): number {
    return this.#slots[this.#slotOf(number)]! - 1
  }

  /** The place of a number, which is the next one when it has none yet. */
  add(number: number): number {
    const slot = this.#slotOf(number)
    const known = this.#slots[slot]!
    if (known > 0) return known - 1
    if (this.#size === this.#numbers.length) {
      this.#grow()
      return this.add(number)
    }
    this.#numbers[this.#size] = number
    this.#slots[slot] = ++this.#size
    return this.#size - 1
  }

  /** All numbers in their order. */
  all(): Int32Array {
    return this.#numbers.slice(0, this.#size)
  }

  clear(): void {
    this.#slots.fill(0)
    this.#size = 0
  }

  /** Where a number stands, or the free slot where it would. */
  #slotOf(number: number): number {
    const slots = this.#slots
    let slot = Math.imul(number, spread) >>> this.#shift
    for (let place = slots[slot]!; place > 0; place = slots[slot]!) {
      if (this.#numbers[place - 1] === number) break
      slot = (slot + 1) & (slots.length - 1)
    }
    return slot
  }

  #grow(): void {
    const numbers = this.#numbers
    this.#numbers = new Int32Array(numbers.length * 2)
    this.#numbers.set(numbers)
    this.#slots = new Int32Array(this.#slots.length * 2)
    this.#shift--
    for (let place = 0; place < this.#size; place++) this.#slots[this.#slotOf(numbers[place]!)] = place + 1
  }
}

export const isAscii = text => /^[\x21-\x7e]+$/.test(text)

/** Sets of characters that count as one; no union may join two of them that hold different ASCII characters. */
export class LookClasses {
  #parents = new Map()
  #anchors = new Map()

  /** The character that stands for the class inside this structure. */
  find(character) {
    let root = character
    while (this.#parents.has(root)) root = this.#parents.get(root)
    return root
  }

  /** An ASCII character of the class, if there is one. */
  anchor(root) {
    return this.#anchors.get(root) ?? (isAscii(root) ? root : undefined)
  }

  /** Returns false, and does nothing, if the two have to stay apart. */
  join(a, b) {
    const [left, right] = [this.find(a), this.find(b)]
    if (left === right) return true
    if (this.anchor(left) !== undefined && this.anchor(right) !== undefined) return false
    this.joinAnyway(a, b)
    return true
  }

  /** Joins ASCII characters too. */
  joinAnyway(a, b) {
    const [left, right] = [this.find(a), this.find(b)]
    if (left === right) return
    const anchor = this.anchor(right) ?? this.anchor(left)
    this.#parents.set(left, right)
    if (anchor !== undefined) this.#anchors.set(right, anchor)
  }
}

/**
 * The hash that a ring brings along: any text to a whole number from 0 to 2³²−1, in every process the same.
 *
 *   text ─▶ FNV-1a: for each unit of the text, xor and multiply ─▶ mix: shift, xor, multiply ─▶ position
 *
 * FNV-1a tells texts apart well and spreads them badly. It multiplies a unit once, and once more for
 * each unit behind it; so the last has been multiplied only once, and "oak-4" and "oak-5" end 2²⁴ + 403
 * apart, the 256th part of the ring. The points of a node that are numbered at the end stand in trains,
 * all at the same distance: with 128 of them the largest of ten shares is two to three times the
 * smallest, where 1.3 would be usual. The mixing lets every bit of the sum decide every bit of the
 * position, and only then it no longer matters where in a label or a key the difference is.
 *
 * No defence against somebody who chooses keys so that they meet on one node: that takes a secret.
 */
export type Hash = (label: string) => number;

const offsetBasis = 0x811c9dc5;
const prime = 0x01000193;

export function hashText(text: string): number {
  let sum = offsetBasis;
  for (let index = 0; index < text.length; index += 1)
    sum = Math.imul(sum ^ text.charCodeAt(index), prime);
  return mix(sum);
}

/** The last step of MurmurHash3. It loses nothing: different numbers stay different. */
function mix(sum: number): number {
  let bits = sum;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

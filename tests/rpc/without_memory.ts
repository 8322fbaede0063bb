/** Lets this isolate have no memory for arrays of `size` bytes. */
export function withoutMemoryFor(size: number): Disposable {
  const Whole = Uint8Array;
  globalThis.Uint8Array = new Proxy(Whole, {
    construct(target, args, self) {
      if (args[0] === size) throw new RangeError("No memory");
      return Reflect.construct(target, args, self);
    },
  });
  return {
    [Symbol.dispose]() {
      globalThis.Uint8Array = Whole;
    },
  };
}

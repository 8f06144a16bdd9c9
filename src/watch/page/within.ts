/** A promise with a deadline: a store that is away must not hold a request for good. */

export class TooLate extends Error {
  override readonly name = "TooLate";
}

export async function withinMs<T>(limitMs: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new TooLate(`No answer came within ${limitMs} ms.`));
    }, limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

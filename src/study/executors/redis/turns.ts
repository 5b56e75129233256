/** Waits for something that may fail or never end, as the server may be away: so long at most, ms. */
export async function withinMs(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
}

/** Does something again and again, one at a time; that a server is away is the connection's care. */
export function every(ms: number, work: () => Promise<void>): NodeJS.Timeout {
  let isBusy = false;
  const turn = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    await work().catch(() => undefined);
    isBusy = false;
  };
  return setInterval(() => void turn(), ms);
}

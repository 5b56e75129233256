import { describe, expect, it } from 'vitest';
import { RateProfile } from '../../src/traces/synthetic/rate-profile.ts';

const HOUR_S = 3600;
const WEEK_S = 168 * HOUR_S;

const hourOfDay = Array.from({ length: 24 }, (_, hour) => (hour < 6 ? 0 : 1 + (hour % 5) / 3));
const dayOfWeek = [1, 0, 0.7, 1.3, 1, 0.1, 0];

/** The rate's factor at an instant, by the definition. */
function factorAt(timeS: number, offsetHours: number): number {
  const weights = Array.from({ length: 168 }, (_, hour) => hourOfDay[hour % 24]! * dayOfWeek[Math.floor(hour / 24)]!);
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / 168;
  return weights[Math.floor(offsetHours + timeS / HOUR_S) % 168]! / mean;
}

describe("a profile's load", () => {
  it('is the integral of the rate, from any weekday and hour', () => {
    const profile = new RateProfile({ ratePerHour: 1, hourOfDay, dayOfWeek, startWeekday: 2, startHour: 3.25 });
    let slow = profile.loadAt(0);
    for (let minute = 0; minute < 2 * 168 * 60; minute += 15) {
      expect(Math.abs(profile.loadAt(minute * 60) - slow)).toBeLessThan(1e-9);
      slow += factorAt(minute * 60, 2 * 24 + 3.25) / 4;
    }
  });

  it('passes as time does over whole weeks', () => {
    const profile = new RateProfile({ ratePerHour: 1, hourOfDay, dayOfWeek, startHour: 11 });
    expect(profile.loadAt(5.5 * HOUR_S + 3 * WEEK_S) - profile.loadAt(5.5 * HOUR_S)).toBeCloseTo(3 * 168, 9);
  });

  it('leads back to the instant, wherever hours are open', () => {
    const offsetHours = 4 * 24 + 9.5;
    const profile = new RateProfile({ ratePerHour: 1, hourOfDay, dayOfWeek, startWeekday: 4, startHour: 9.5 });
    let open = 0;
    for (let timeS = 0; timeS < 3 * WEEK_S; timeS += 977) {
      if (factorAt(timeS, offsetHours) === 0) continue;
      open++;
      expect(Math.abs(profile.timeAt(profile.loadAt(timeS)) - timeS)).toBeLessThan(1e-6);
    }
    expect(open).toBeGreaterThan(500);
  });

  it('stands still while hours are closed, and goes on where they open', () => {
    const profile = new RateProfile({ ratePerHour: 1, dayOfWeek: [1, 0, 1, 0, 0, 0, 0] });
    expect(profile.loadAt(30 * HOUR_S)).toBe(profile.loadAt(24 * HOUR_S));
    expect(profile.timeAt(profile.loadAt(24 * HOUR_S))).toBe(48 * HOUR_S);
    expect(profile.timeAt(profile.loadAt(100 * HOUR_S))).toBe(WEEK_S);
  });

  it('never leads back to before the start, nor to minus zero', () => {
    const bad: number[] = [];
    for (let step = 0; step < 2400; step++) {
      const startHour = step / 100;
      const profile = new RateProfile({
        ratePerHour: 1,
        hourOfDay: hourOfDay.map((weight) => weight + 0.1),
        startHour,
      });
      const timeS = profile.timeAt(profile.loadAt(0));
      if (!(timeS >= 0) || Object.is(timeS, -0) || timeS > 1e-6) bad.push(startHour);
    }
    expect(bad).toEqual([]);
  });

  it('leads to a finite instant at the edges of 20,000 weeks, with a closed last hour', () => {
    const profile = new RateProfile({ ratePerHour: 1, hourOfDay, dayOfWeek: [1, 2, 0.3, 1, 1, 1, 0] });
    const weekly = profile.loadAt(WEEK_S);
    const bad: number[] = [];
    for (let week = 1; week <= 20_000; week++) {
      const edge = week * weekly;
      for (const load of [edge, edge * (1 - 2 ** -53), edge * (1 + 2 ** -52), (week - 1) * weekly + weekly]) {
        const hours = profile.timeAt(load) / HOUR_S - week * 168;
        // Saturday 24:00 at the earliest, or Monday 6:00, when the hours open again.
        if (!(Math.abs(hours + 24) < 1e-6 || Math.abs(hours - 6) < 1e-6)) bad.push(load);
      }
    }
    expect(bad).toEqual([]);
  });
});

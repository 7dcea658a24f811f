/** The health of a Raspberry Pi: temperature, clock, voltage, and whether it is held back. */
import { SdrError } from '../src/errors.ts';
import { indexes } from '../src/formula.ts';
import type { Machine } from '../src/machine.ts';
import { temperature } from '../src/proc/celsius.ts';
import type { Answers } from '../src/proc/firmware.ts';
import { Firmware } from '../src/proc/firmware.ts';
import { coreVoltage, isPi, modelOf, processorTemperature, underVoltage } from '../src/proc/pi.ts';
import { integers } from '../src/proc/place.ts';
import type { Question } from '../src/proc/vcgencmd.ts';
import { defineRecorder } from '../src/recorder.ts';
import { gauge, level } from '../src/schema.ts';

const word = 'vcgencmd get_throttled';
const cpufreq = '/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq';
const bit = (n: number): string => `${word}, bit ${n}`;

const fields = {
  temperature: gauge(
    'temp_c',
    '/sys/class/thermal/thermal_zone*/temp of type cpu-thermal, else vcgencmd measure_temp',
    'temperature',
    { scale: 0.001, digits: 1 },
  ),
  clock: gauge('arm_mhz', `vcgencmd measure_clock arm, else ${cpufreq}`, 'clock frequency', { scale: 1e-6 }),
  volts: gauge('core_v', 'vcgencmd measure_volts core, or /sys/class/hwmon/hwmon*/in0_input of rpi_volt', 'voltage', {
    digits: 4,
  }),
  throttled: gauge('throttled_bits', word, 'bits'),
  under_voltage: gauge(
    'under_voltage_now',
    `${bit(0)}; without it /sys/class/hwmon/hwmon*/in0_lcrit_alarm of rpi_volt`,
    'under-voltage',
  ),
  capped: gauge('capped_now', bit(1), 'clock capped'),
  slowed: gauge('throttled_now', bit(2), 'throttled'),
  soft_limit: gauge('soft_limit_now', bit(3), 'soft limit'),
  under_voltage_seen: gauge('under_voltage_seen', bit(16), 'under-voltage'),
  capped_seen: gauge('capped_seen', bit(17), 'clock capped'),
  slowed_seen: gauge('throttled_seen', bit(18), 'throttled'),
  soft_limit_seen: gauge('soft_limit_seen', bit(19), 'soft limit'),
} as const;
const at = indexes(fields);

/** The bit of each flag. */
const flags = [
  [at.under_voltage, 0],
  [at.capped, 1],
  [at.slowed, 2],
  [at.soft_limit, 3],
  [at.under_voltage_seen, 16],
  [at.capped_seen, 17],
  [at.slowed_seen, 18],
  [at.soft_limit_seen, 19],
] as const;

export const pirec = defineRecorder({
  name: 'pirec',
  summary: 'temperature, clock, voltage and throttling of a Raspberry Pi',
  key: null,
  slow: 5_000,
  sources: [
    '/sys/class/thermal/thermal_zone*/temp',
    '/sys/class/hwmon/hwmon*/in0_lcrit_alarm',
    cpufreq.replace('cpu0', 'cpuN'),
  ],
  fields,
  columns: {
    temp_c: level('temperature', 'temperature of the processor', 1),
    arm_mhz: level('clock', 'clock frequency of the ARM cores, measured; without vcgencmd what the kernel asked for'),
    core_v: level('volts', 'voltage of the processor core', 4),
    throttled_bits: level('throttled', 'the word of the firmware that the following columns are taken from'),
    under_voltage_now: level('under_voltage', '1: the supply is below its limit (4.63 V at most models)'),
    capped_now: level('capped', '1: the clock is held below its maximum'),
    throttled_now: level('slowed', '1: throttled, being too hot or supplied with too little'),
    soft_limit_now: level('soft_limit', '1: above the soft temperature limit, where the model has one'),
    under_voltage_seen: level('under_voltage_seen', '1: the supply was too low at some time since the start'),
    capped_seen: level('capped_seen', '1: the clock was held down at some time since the start'),
    throttled_seen: level('slowed_seen', '1: throttled at some time since the start'),
    soft_limit_seen: level('soft_limit_seen', '1: the soft temperature limit was passed at some time since the start'),
  },
  notes: [
    {
      title: 'Where it comes from, and who may ask',
      text: 'temp_c is the thermal zone cpu-thermal (bcm2835_thermal on old kernels), which everybody may read. arm_mhz, core_v and throttled_bits come from the firmware through vcgencmd, which opens /dev/vcio: root and members of group video may. usermod -aG video USER lets a user, from the next login on; SupplementaryGroups=video (and DeviceAllow=/dev/vcio rw where devices are private) in a drop-in lets a systemd unit; sdr doctor says which is missing. vcgencmd is in the package raspi-utils, formerly in libraspberrypi-bin, and in /opt/vc/bin on old images.',
    },
    {
      title: 'Without vcgencmd',
      text: 'arm_mhz is what the kernel asked for (scaling_cur_freq), which is not what the firmware does while it throttles. under_voltage_now is the alarm of the driver rpi_volt, which looks every 2 s. core_v has a value where that driver tells one (a Linux of 2026 or later). The other cells are empty: nobody knows. vcgencmd runs beside the other recorders, three times a sample at most, each with 2 s to answer; when it is refused, silent or missing it is left alone for a minute.',
    },
    {
      title: 'The bits',
      text: 'throttled_bits is what vcgencmd get_throttled prints, in decimal (0x50005 is 327685), so that every awk can read it. Bit 0: the supply is too low (below about 4.63 V at the board: a weak power supply, or a thin cable). Bit 1: the clock is capped. Bit 2: throttled, because it is too hot (80 to 85 °C) or the supply too low. Bit 3: above the soft temperature limit (temp_soft_limit, 60 °C by default, on the Pi 3A+ and 3B+). Bits 16 to 19: the same four, seen at some time since the board was started; they do not fall back before the next start, so a change from 0 to 1 tells when. An event shorter than the interval shows there and nowhere else.',
    },
    {
      title: 'Not read, on purpose',
      text: '/sys/devices/platform/soc/soc:firmware/get_throttled: most kernels that have it log a warning with a stack trace at the first read, its upper bits are those of the last 2 s and not since the start, and newer kernels have removed it. rp1_adc, fans and disks of a Pi 5 are for temprec.',
    },
    {
      title: 'Time on a board without a clock',
      text: 'Up to the Pi 4 there is none with a battery. fake-hwclock sets the clock to when it was last saved, up to an hour before a power cut, until the network corrects it: record with --wait-clock 60s, or expect a step in the first minutes. Rates and intervals are measured with a clock that does not step.',
    },
  ],
  examples: [
    'sdr record pirec 5',
    'sdr record pirec@10 sysrec 5 -o /var/lib/sdr --flush 60s',
    "sdr cat /var/lib/sdr pirec --since 1d --columns temp_c,under_voltage_seen,throttled_seen | awk -F, '$3==1 || $4==1'",
  ],
  open(machine: Machine) {
    insist(modelOf(machine));
    const kernel = kernelOf(machine);
    const firmware = new Firmware(machine, 'pirec');
    return {
      ask(answered) {
        // What the kernel says is of the tick; the firmware answers a little later.
        const told = kernel();
        firmware.ask(questions(told), (answers) =>
          answered((sample) => {
            const values = sample.row('');
            if (values) fill(values, told, answers);
          }),
        );
      },
    };
  },
});

function insist(model: string): void {
  if (isPi(model)) return;
  const what = model === '' ? 'it has no device tree' : `its device tree says "${model}"`;
  throw new SdrError('unavailable', `This machine is no Raspberry Pi: ${what}`);
}

/** What the kernel tells by itself; NaN where it does not. */
interface Told {
  /** m°C */
  readonly temperature: number;
  /** V */
  readonly volts: number;
  /** 0 or 1 */
  readonly underVoltage: number;
  /** Hz */
  readonly clock: number;
}

function kernelOf(machine: Machine): () => Told {
  const zone = processorTemperature(machine);
  const core = coreVoltage(machine);
  const alarm = underVoltage(machine);
  const kilohertz = integers(machine)(cpufreq);
  const or = (found: { readonly value: number } | null): number => found?.value ?? Number.NaN;
  return () => ({
    temperature: temperature(or(zone())),
    volts: or(core()) / 1000,
    underVoltage: flag(or(alarm())),
    clock: or(kilohertz()) * 1000,
  });
}

const flag = (value: number): number => (value === 0 || value === 1 ? value : Number.NaN);

/** Three at most, for each is a process: where the kernel does not tell the temperature, its word on the clock must do. */
const questions = (told: Told): readonly Question[] => [
  'throttled',
  Number.isNaN(told.temperature) ? 'temperature' : 'clock',
  ...(Number.isNaN(told.volts) ? (['volts'] as const) : []),
];

function fill(values: Float64Array, told: Told, answers: Answers): void {
  const word = answers('throttled');
  values[at.temperature] = either(told.temperature, answers('temperature') * 1000);
  values[at.clock] = either(answers('clock'), told.clock);
  values[at.volts] = either(told.volts, answers('volts'));
  values[at.throttled] = word;
  values[at.under_voltage] = told.underVoltage;
  if (Number.isNaN(word)) return;
  for (const [field, n] of flags) values[field] = (word >>> n) & 1;
}

const either = (first: number, second: number): number => (Number.isNaN(first) ? second : first);

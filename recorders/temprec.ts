/** Temperatures, from thermal zones and hwmon chips. */
import { SdrError } from '../src/errors.ts';
import { indexes } from '../src/formula.ts';
import type { Machine } from '../src/machine.ts';
import { temperature } from '../src/proc/celsius.ts';
import { sensors } from '../src/proc/sensors.ts';
import { defineRecorder } from '../src/recorder.ts';
import { gauge, level } from '../src/schema.ts';

// One decimal, as sensors(1) prints: the finest step is 1/8 °C (k10temp, coretemp has 1 °C), and no sensor is that exact.
const milli = { scale: 0.001, digits: 1 } as const;

const fields = {
  temperature: gauge(
    'temp_c',
    '/sys/class/thermal/thermal_zone*/temp, /sys/class/hwmon/hwmon*/temp*_input',
    'temperature',
    milli,
  ),
  critical: gauge(
    'crit_c',
    '/sys/class/thermal/thermal_zone*/trip_point_*_temp of type critical, else /sys/class/hwmon/hwmon*/temp*_crit',
    'critical temperature',
    milli,
  ),
} as const;
const at = indexes(fields);

export const temprec = defineRecorder({
  name: 'temprec',
  summary: 'temperature per sensor',
  key: 'sensor',
  slow: 5_000,
  sources: ['/sys/class/thermal/thermal_zone*/temp', '/sys/class/hwmon/hwmon*/temp*_input'],
  fields,
  columns: {
    temp_c: level('temperature', 'temperature; empty while the sensor tells none, or one that cannot be', 1),
    crit_c: level('critical', 'temperature at which the machine turns itself off, or its maker says it breaks', 1),
  },
  notes: [
    {
      title: 'Which sensor is which',
      text: 'A thermal zone is called by its type: cpu-thermal (Raspberry Pi and other ARM boards), x86_pkg_temp (the whole Intel processor), acpitz (what the firmware of the board says, often a constant), iwlwifi_1 (the radio). A chip is called by its driver and label: coretemp/Package_id_0, coretemp/Core_0, k10temp/Tctl, amdgpu/junction, rp1_adc (the I/O chip of a Raspberry Pi 5). An NVMe disk is nvme0/Composite, as in diskrec; a SATA disk is drivetemp/sda, once the module drivetemp is loaded. The cores of a second processor are coretemp.1/Core_0. Numbers of paths (thermal_zone0, hwmon3) are no names: they change from boot to boot, and zone 0 is not the processor everywhere. A zone that the kernel shows again as a chip is told once.',
    },
    {
      title: 'Names of equals',
      text: 'Chips of one name get the address of their device: amdgpu@0000:03:00.0/edge. What nothing tells apart is numbered in the order of the kernel, jc42 and jc42~2; that order may be another one after a boot. Blanks in labels are _, other odd bytes are percent-encoded.',
    },
    {
      title: 'What it costs, and whom',
      text: 'Everybody may read these files. Sensors that come and go are noticed within a minute; a chip that is renumbered, at once. Reading nvme asks the disk for its SMART log and reading drivetemp sends it a command, about a millisecond each; a disk that is dying may take as long as its driver lets it, and everything that is recorded in the same process waits. A disk that is asked all the time may never go to sleep: give temprec an interval longer than its standby time, or unload drivetemp.',
    },
    {
      title: 'Empty cells',
      text: 'What is at or below -60 °C or at or above 127 °C is the answer of an open input, not a temperature. A sensor that is asleep (a radio that is turned off, a graphics card without power) answers with an error, which is told once. Limits that nobody set, 0 or above 200 °C, are no limits. One decimal: the steps of sensors are 1/8 to 1 °C, and none is that exact.',
    },
  ],
  examples: [
    'sdr record temprec 5 12',
    'sdr record sysrec temprec@30 1 -o /var/lib/sdr',
    'sdr record temprec 5 | awk -F, \'NR>1 && $2=="cpu-thermal" && $3>70\'',
  ],
  open(machine: Machine) {
    const found = sensors(machine);
    if (found().length === 0) {
      throw new SdrError(
        'unavailable',
        'This machine has no temperature sensor in /sys/class/thermal or /sys/class/hwmon',
      );
    }
    return (sample) => {
      for (const { id, read, critical } of found()) {
        const values = sample.row(id);
        if (!values) continue;
        values[at.temperature] = temperature(read()?.value ?? Number.NaN);
        values[at.critical] = critical;
      }
    };
  },
});

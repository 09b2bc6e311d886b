using System.Globalization;
using System.Runtime.InteropServices;
using MgCap.Linux.Libc;
using static MgCap.Linux.Libc.LinuxPtpClock;

namespace MgCap.Linux.Ptp;

/// <summary>The clock of a network device, /dev/ptpn (ptp.rst in the kernel's documentation). Used by one thread at a time.</summary>
public sealed unsafe class PtpClock : IDisposable
{
    // Of so many the narrowest is hardly ever one that an interrupt came into.
    private const int Samples = 10;

    private readonly SafeFd _device;
    private bool _hasExtended = true;

    /// <summary>Opens the clock.</summary>
    /// <param name="index">n of /dev/ptpn.</param>
    /// <exception cref="LinuxException">EACCES without the right to read it, ENOENT where there is none.</exception>
    public PtpClock(int index)
    {
        Name = $"ptp{index.ToString(CultureInfo.InvariantCulture)}";
        _device = SafeFd.Own(Fcntl.open($"/dev/{Name}", Fcntl.O_RDONLY | Fcntl.O_CLOEXEC), $"open the clock /dev/{Name}");
    }

    /// <summary>The clock's name: ptp0.</summary>
    public string Name { get; }

    /// <summary>Reads the clock, and CLOCK_REALTIME on both sides of it, several times.</summary>
    /// <returns>The narrowest reading.</returns>
    /// <exception cref="LinuxException">The device is gone, or its clock can't be read.</exception>
    public ClockReading Read()
    {
        if (_hasExtended && ReadExtended() is { } reading)
            return reading;
        _hasExtended = false;
        return ReadAlternating();
    }

    /// <inheritdoc/>
    public void Dispose() => _device.Dispose();

    /// <summary>The driver reads CLOCK_REALTIME right beside its register: no bus and no lock is in the reading but that register's.</summary>
    /// <returns>null where the kernel (before 5.0) or the driver has no such reading.</returns>
    private ClockReading? ReadExtended()
    {
        var request = new ptp_sys_offset_extended { n_samples = Samples };
        if (SysIoctl.ioctl(_device, PTP_SYS_OFFSET_EXTENDED, &request) < 0)
        {
            if ((Errno)Marshal.GetLastPInvokeError() is Errno.EOPNOTSUPP or Errno.ENOTTY or Errno.EINVAL)
                return null;
            LinuxException.Throw($"read the clock {Name}");
        }

        return Narrowest((ptp_clock_time*)request.ts, step: 3);
    }

    private ClockReading ReadAlternating()
    {
        var request = new ptp_sys_offset { n_samples = Samples };
        LinuxException.Check(SysIoctl.ioctl(_device, PTP_SYS_OFFSET, &request), $"read the clock {Name}");
        return Narrowest((ptp_clock_time*)request.ts, step: 2);
    }

    /// <param name="times">System, device, system, and so on.</param>
    /// <param name="step">How many times lie between one reading's first and the next one's.</param>
    private static ClockReading Narrowest(ptp_clock_time* times, int step)
    {
        ClockReading? best = null;
        for (var i = 0; i < Samples; i++, times += step)
        {
            var reading = new ClockReading(Nanoseconds(times[0]), Nanoseconds(times[1]), Nanoseconds(times[2]));
            // One that CLOCK_REALTIME was set back in says nothing.
            if (reading.Width >= 0 && (best is not { } known || reading.Width < known.Width))
                best = reading;
        }

        return best ?? throw new LinuxException("read a device's clock while CLOCK_REALTIME is set back again and again", Errno.EAGAIN);
    }

    private static long Nanoseconds(ptp_clock_time time) => time.sec * 1_000_000_000 + time.nsec;
}

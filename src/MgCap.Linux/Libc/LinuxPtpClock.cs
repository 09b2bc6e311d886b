namespace MgCap.Linux.Libc;

/// <summary>linux/ptp_clock.h</summary>
internal static unsafe class LinuxPtpClock
{
    internal const int PTP_MAX_SAMPLES = 25;
    internal const nuint PTP_SYS_OFFSET = 0x43403d05;
    internal const nuint PTP_SYS_OFFSET_EXTENDED = 0xc4c03d09;

    internal struct ptp_clock_time
    {
        internal long sec;
        internal uint nsec;
        internal uint reserved;
    }

    /// <summary>ts is an array of struct ptp_clock_time, of two such words each: system, device, system, …, system.</summary>
    internal struct ptp_sys_offset
    {
        internal uint n_samples;
        internal fixed uint rsv[3];
        internal fixed long ts[(2 * PTP_MAX_SAMPLES + 1) * 2];
    }

    /// <summary>ts is an array of struct ptp_clock_time, three for each sample: system, device, system.</summary>
    internal struct ptp_sys_offset_extended
    {
        internal uint n_samples;
        internal fixed uint rsv[3];
        internal fixed long ts[3 * PTP_MAX_SAMPLES * 2];
    }
}

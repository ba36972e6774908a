using Ordo.Foundation;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Gateways.Hj212;

/// <summary>What an exchange asks its owner to do next.</summary>
public enum ExchangeStep
{
    Nothing,

    /// <summary>Send the frame, the same one each time.</summary>
    Send,

    /// <summary>It is over; the next one may begin.</summary>
    End,
}

/// <summary>
/// One request of the platform to a device (HJ 212-2017 §6.1, §6.2): sent, agreed to (9011), carried out (9012). Without an answer it is sent again;
/// once agreed to, never, because calibrating twice is not the same as calibrating once. No clock of its own and no I/O.
/// </summary>
public sealed class Hj212Exchange(Hj212Command command, byte[] requestNumber, byte[] frame, Hj212Patience patience)
{
    private const int MaxResult = 4000;
    private int sent;
    private int packets;

    public Hj212Command Command { get; } = command;

    /// <summary>QN.</summary>
    public byte[] RequestNumber { get; } = requestNumber;

    public byte[] Frame { get; } = frame;

    public RequestState State { get; private set; } = RequestState.Pending;

    /// <summary>What the device answered, or why it failed.</summary>
    public Text Result { get; private set; } = new("", "");

    /// <summary>When the next step is due unless something happens before.</summary>
    public DateTimeOffset Due { get; private set; }

    public bool IsOver => State is RequestState.Done or RequestState.Failed or RequestState.TimedOut;

    /// <summary>Time for the first sending, or the next.</summary>
    public ExchangeStep Begin(DateTimeOffset now)
    {
        sent++;
        Due = now + patience.AnswerTimeout;
        return ExchangeStep.Send;
    }

    /// <summary>9011 with its QnRtn.</summary>
    public ExchangeStep Answered(int code, DateTimeOffset now)
    {
        if (code != 1) return End(RequestState.Failed, Hj212Codes.RequestAnswer(code));
        State = RequestState.Accepted;
        Due = now + patience.ExecutionTimeout;
        return ExchangeStep.Nothing;
    }

    /// <summary>9012 with its ExeRtn. Some devices send it without a 9011 before.</summary>
    public ExchangeStep Executed(int code)
    {
        if (code == 1) return End(RequestState.Done, packets > 0 ? new($"收到 {packets} 条数据。{Result.Zh}", $"{packets} messages of data. {Result.En}") : Result);
        Text meaning = Hj212Codes.ExecutionResult(code);
        return code == 100 ? End(RequestState.Done, meaning) : End(RequestState.Failed, meaning);
    }

    /// <summary>9013: a notification needs no more.</summary>
    public ExchangeStep Noticed() => Command.IsNotification ? End(RequestState.Done, Result) : ExchangeStep.Nothing;

    /// <summary>A message that belongs to what was asked: the device is at it.</summary>
    /// <param name="data">What it says, or empty for samples, which the store has.</param>
    /// <param name="now">Now.</param>
    public ExchangeStep Progressed(string data, DateTimeOffset now)
    {
        if (data.Length == 0) packets++;
        else if (Result.En.Length + data.Length < MaxResult) Result = Result.En.Length == 0 ? new(data, data) : new($"{Result.Zh}; {data}", $"{Result.En}; {data}");
        State = RequestState.Accepted;
        Due = now + patience.ExecutionTimeout;
        return ExchangeStep.Nothing;
    }

    /// <summary>Nothing came in time.</summary>
    public ExchangeStep Expired(DateTimeOffset now)
    {
        if (now < Due) return ExchangeStep.Nothing;
        if (State == RequestState.Accepted)
            return End(RequestState.TimedOut, Result.En.Length > 0 ? Result : new("设备已应答，但没有报告执行结果。", "The device agreed, but never reported a result."));
        return sent <= patience.Resends ? Begin(now) : End(RequestState.TimedOut, new($"发送 {sent} 次均无应答。", $"No answer to {sent} sendings."));
    }

    private ExchangeStep End(RequestState state, Text result)
    {
        (State, Result) = (state, result);
        return ExchangeStep.End;
    }
}

/// <summary>How long to wait for a device (HJ 212-2017 §6.2 table).</summary>
/// <param name="AnswerTimeout">Until a request is sent again.</param>
/// <param name="Resends">How often.</param>
/// <param name="ExecutionTimeout">From agreement, or the last sign of progress, to failure.</param>
public sealed record Hj212Patience(TimeSpan AnswerTimeout, int Resends, TimeSpan ExecutionTimeout);
